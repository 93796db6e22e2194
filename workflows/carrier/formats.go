package carrier

import "strings"

// format is a kind of file.
type format struct {
	name   string // with its article
	places string // what has a name in it and may be a workflow
	// is tells the format by the first bytes of a file, zeros behind a short one.
	is func(head string) bool
	// scan tells the source of everything that has a name, in the order of the file.
	// It is nil for a kind whose workflow is not read.
	scan func(*source) error
}

// formats are all of them. The first that recognises a file reads it.
var formats = []format{
	{"a PNG picture", "text chunks (tEXt, zTXt, iTXt, comf)", begins(pngSignature), scanPNG},
	{"a WebP picture", "EXIF texts", isWebP, scanWebP},
	{"a JPEG picture", "EXIF texts", begins("\xff\xd8\xff"), scanJPEG},
	{"an AVIF or HEIC picture", "", isAVIF, nil},
	{"an MP4 or MOV video", "metadata keys (moov/udta/meta)", isMP4, scanMP4},
	{"a WebM or MKV video", "tags (SimpleTag)", begins("\x1a\x45\xdf\xa3"), scanWebM},
	{"a FLAC sound", "Vorbis comments", begins("fLaC"), scanFLAC},
	{"a latent or other safetensors file", "metadata (__metadata__)", isSafetensors, scanSafetensors},
	{"a GIF picture", "", begins("GIF8"), nil},
}

func begins(with string) func(string) bool {
	return func(head string) bool { return strings.HasPrefix(head, with) }
}
