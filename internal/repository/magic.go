package repository

import (
	"bytes"
	"strings"
)

// family is a family of binary formats: their extensions, and how their content begins.
type family struct {
	what    string
	endings string // each between blanks
	begins  []magic
}

// magic is a signature at an offset of the content.
type magic struct {
	at   int
	text string
	raw  bool // what follows may be text as it is: archives without compression, pictures of plain bytes
}

// families are the formats that are listed but not searched if extension and content agree. Any content of a family
// matches any of its extensions: a .jpg file with a PNG in it is an image.
var families = [...]family{
	{
		"image, sound or video", " png apng jpg jpeg jpe jfif gif bmp ico cur icns tif tiff webp avif heic heif jxl " +
			"jp2 psd mp3 mp4 m4a m4v mov webm mkv avi ogg oga ogv opus flac wav aac ",
		[]magic{
			{text: "\x89PNG\r\n\x1a\n"},
			{text: "\xff\xd8\xff"},
			{text: "GIF87a"},
			{text: "GIF89a"},
			{text: "BM", raw: true},
			{text: "\x00\x00\x01\x00", raw: true},
			{text: "\x00\x00\x02\x00", raw: true},
			{text: "icns"},
			{text: "II*\x00", raw: true},
			{text: "MM\x00*", raw: true},
			{text: "II+\x00"},
			{text: "MM\x00+"},
			{at: 8, text: "WEBP"},
			{at: 4, text: "ftyp"},
			{at: 4, text: "moov"},
			{at: 4, text: "mdat"},
			{at: 4, text: "wide"},
			{text: "\xff\x0a"},
			{text: "\x00\x00\x00\x0cJXL "},
			{text: "\x00\x00\x00\x0cjP  "},
			{text: "8BPS", raw: true},
			{text: "ID3"},
			{text: "\xff\xfb"},
			{text: "\xff\xf3"},
			{text: "\xff\xf2"},
			{text: "\xff\xf1"},
			{text: "\xff\xf9"},
			{text: "\x1a\x45\xdf\xa3"},
			{at: 8, text: "AVI "},
			{text: "OggS"},
			{text: "fLaC"},
			{at: 8, text: "WAVE", raw: true},
		},
	},
	{
		"font", " ttf otf ttc otc woff woff2 eot pfb ",
		[]magic{
			{text: "\x00\x01\x00\x00"},
			{text: "true"},
			{text: "OTTO"},
			{text: "ttcf"},
			{text: "wOFF"},
			{text: "wOF2"},
			{at: 34, text: "LP"},
			{text: "\x80\x01"},
		},
	},
	{
		"archive", " zip jar war ear aar apk ipa whl egg nupkg snupkg vsix xpi crx docx docm dotx xlsx xlsm pptx " +
			"pptm odt ods odp odg epub npz gz tgz bz2 tbz2 xz txz zst tzst 7z rar tar lz4 gem crate rpm deb cab ",
		[]magic{
			{text: "PK\x03\x04", raw: true},
			{text: "PK\x05\x06"},
			{text: "PK\x07\x08"},
			{text: "Cr24"},
			{text: "\x1f\x8b"},
			{text: "BZh"},
			{text: "\xfd7zXZ\x00"},
			{text: "\x28\xb5\x2f\xfd"},
			{text: "7z\xbc\xaf\x27\x1c"},
			{text: "Rar!\x1a\x07"},
			{at: 257, text: "ustar", raw: true},
			{text: "\x04\x22\x4d\x18"},
			{text: "\xed\xab\xee\xdb"},
			{text: "!<arch>\n"},
			{text: "MSCF"},
			{text: "\xd0\xcf\x11\xe0"},
		},
	},
}

// others are the signatures of files that are searched. A file that begins with one and continues as text is not what
// it claims to be.
var others = [...]magic{
	{text: "%PDF-"},
	{text: "\x7fELF"},
	{text: "\xca\xfe\xba\xbe"},
	{text: "\xcf\xfa\xed\xfe"},
	{text: "\xfe\xed\xfa\xcf"},
	{text: "\x00asm"},
	{text: "SQLite format 3\x00"},
}

func (m *magic) in(head []byte) bool {
	return len(head) >= m.at+len(m.text) && string(head[m.at:m.at+len(m.text)]) == m.text
}

// strong reports whether the signature is unlikely to begin a text by chance.
func (m *magic) strong() bool {
	return m.at == 0 && len(m.text) >= 4 &&
		(len(m.text) >= 6 ||
			strings.Trim(m.text, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789") != "")
}

// familyOf returns the family of the name's extension, or nil.
func familyOf(name string) *family {
	ending := " " + strings.ToLower(name[strings.LastIndexByte(name, '.')+1:]) + " "
	for k := range families {
		if strings.Contains(families[k].endings, ending) {
			return &families[k]
		}
	}
	return nil
}

// holds reports whether the content belongs to the family. A text that begins with its signature is a text: a shell
// would run it.
func (f *family) holds(head []byte) bool {
	for i := range f.begins {
		if m := &f.begins[i]; m.in(head) {
			return !textual(head) || m.raw && bytes.IndexByte(head[:min(len(head), 256)], 0) >= 0
		}
	}
	return false
}

// signed reports whether the content begins with a binary signature.
func signed(head []byte) bool {
	for i := range families {
		if signs(families[i].begins, head) {
			return true
		}
	}
	return signs(others[:], head)
}

func signs(all []magic, head []byte) bool {
	for i := range all {
		if m := &all[i]; m.text[0] == head[0] && m.in(head) && m.strong() {
			return true
		}
	}
	return false
}

// portable reports whether a text is a PDF all the same: an uncompressed PDF consists of text.
func portable(name string, data []byte) bool {
	return strings.HasSuffix(strings.ToLower(name), ".pdf") && bytes.HasPrefix(data, []byte("%PDF-")) &&
		bytes.Contains(data[max(0, len(data)-1024):], []byte("%%EOF")) && bytes.Contains(data, []byte(" obj"))
}
