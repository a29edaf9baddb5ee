from django.contrib.staticfiles.storage import ManifestStaticFilesStorage


class ModuleManifestStorage(ManifestStaticFilesStorage):
    """Hashed file names, `import` statements of ES modules included: no bundler, and caches for ever."""

    support_js_module_import_aggregation = True
