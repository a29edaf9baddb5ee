"""What can be wrong in a transcript file, as codes: a `Fault` says at which line."""

# Subtitles
NO_HEADER = "no_header"  # the signature line is missing
BAD_TIME = "bad_time"  # a time line that means nothing: its text is lost
ODD_TIME = "odd_time"  # a time not written as the format asks, understood all the same

# Everywhere
BACKWARDS = "backwards"  # it ends before it begins: it is given no duration
CUT_SHORT = "cut_short"  # the file stops before its end: what came before is there
OUT_OF_ORDER = "out_of_order"  # it begins before the one above: it is left where it stands
NO_TIME = "no_time"  # the time is missing or means nothing: the words are kept without it
NO_SPEAKER = "no_speaker"  # a speaker whom the file does not describe: the code stands for the name

# Tables
BAD_LINE = "bad_line"  # a line that does not have the columns of the format: it is left out

# XML
BAD_XML = "bad_xml"  # the markup is broken here: what is readable around it is taken
BAD_ENCODING = "bad_encoding"  # not in the encoding that the file declares: another was found
NO_PARENT = "no_parent"  # depends on something that is not in the file: it stands alone, or is left out without a time
NOT_SPEECH = "not_speech"  # a tier of codes (gestures, looks…) and not of words: it is left out

# TextGrid
OPEN_QUOTE = "open_quote"  # a text whose closing quote is missing: it is taken to the end of its line
BARE_QUOTE = "bare_quote"  # a quote inside a text that is not doubled, understood all the same
BAD_INTERVAL = "bad_interval"  # something in a tier that is no interval or point: it is lost
SOUNDS_LEFT_OUT = "sounds_left_out"  # a tier of sounds or syllables, which is no speech to read

# CHAT
ODD_LINE = "odd_line"  # a line that begins as none does: taken as the rest of the one above

# JSON
NO_OBJECT = "no_object"  # something in the list of segments that is no segment: it is lost
