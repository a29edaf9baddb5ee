"""Photos made safe to show: upright, of a reasonable size, and without a word on where, when and by whom."""

import contextlib
import io
import warnings

import pillow_heif
from PIL import ExifTags, Image, ImageCms

from recolte.engine.problems import Problem, Unreadable

pillow_heif.register_heif_opener()

FORMATS = ("JPEG", "PNG", "WEBP", "GIF", "TIFF", "HEIF", "AVIF")
PIXELS = 220_000_000  # the largest that phones make have 200 megapixels
QUALITY = 80
TURNS = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}

Image.MAX_IMAGE_PIXELS = PIXELS


def clean(path: str, out: str, side: int = 2000) -> dict[str, int]:
    """Write the picture at `path` to `out` as WebP, at most `side` pixels wide and high; its "width" and "height".

    The first frame only, in sRGB. All else that the file holds is left behind: EXIF and GPS, XMP, IPTC, comments,
    thumbnails, profiles. Unreadable: TOO_LARGE (more than `PIXELS`), DAMAGED.
    """
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        warnings.simplefilter("error", Image.DecompressionBombWarning)
        try:
            with Image.open(path, formats=FORMATS) as image:
                upright = _upright(image, side)
        except (Image.DecompressionBombWarning, Image.DecompressionBombError) as error:
            raise Unreadable(Problem.TOO_LARGE, str(error)) from None
        except (MemoryError, PermissionError, FileNotFoundError):
            raise
        except Exception as error:  # noqa: BLE001 — decoders of pictures raise whatever comes
            raise Unreadable(Problem.DAMAGED, f"{type(error).__name__}: {error}"[:500]) from None
    upright.save(out, "WEBP", quality=QUALITY, method=4, exif=b"", xmp=b"", icc_profile=b"")
    return {"width": upright.width, "height": upright.height}


def _upright(image: Image.Image, side: int) -> Image.Image:
    """The pixels of `image` and nothing else: turned as it should be seen, fitted to `side`, in sRGB."""
    orientation = _orientation(image)
    profile = image.info.get("icc_profile")
    image.draft(None, (side, side))  # a large JPEG need not be decoded in full
    image.load()
    small = _plain(image)
    small.thumbnail((side, side), Image.Resampling.LANCZOS)
    small = _in_srgb(small, profile)
    if orientation in TURNS:
        small = small.transpose(TURNS[orientation])
    small.info.clear()
    return small


def _orientation(image: Image.Image) -> int:
    # pillow-heif turns the pixels itself and says 1; EXIF that cannot be read turns nothing.
    with contextlib.suppress(Exception):
        return int(image.getexif().get(ExifTags.Base.Orientation, 1))
    return 1


def _plain(image: Image.Image) -> Image.Image:
    """`image` in a mode that can be resized well and has a profile of its own: RGB, RGBA, L or CMYK."""
    if image.mode.startswith("I"):  # 16 bits of grey
        return image.point(lambda value: value / 256).convert("L")
    if image.mode in ("LA", "PA", "La", "RGBa") or "transparency" in image.info:
        return image.convert("RGBA")
    return image.copy() if image.mode in ("RGB", "RGBA", "L", "CMYK") else image.convert("RGB")


def _in_srgb(image: Image.Image, profile: bytes | None) -> Image.Image:
    mode = "RGBA" if image.mode == "RGBA" else "RGB"
    if profile:
        with contextlib.suppress(ImageCms.PyCMSError, OSError, ValueError):  # a broken profile changes no colour
            source = ImageCms.ImageCmsProfile(io.BytesIO(profile))
            converted = ImageCms.profileToProfile(image, source, ImageCms.createProfile("sRGB"), outputMode=mode)
            if converted:
                return converted
    return image.convert(mode)
