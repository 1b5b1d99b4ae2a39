package repository_test

import (
	"encoding/binary"
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
	"unicode/utf16"

	"github.com/progression-labs-development/policypack/internal/repository"
)

// noise are bytes that are no text, the same in every run.
func noise(n int) string {
	r := rand.New(rand.NewPCG(3, 3))
	b := make([]byte, n)
	for i := range b {
		b[i] = byte(r.IntN(256))
	}
	return string(b)
}

// inUTF16 writes a text in UTF-16, after a byte order mark where there is one.
func inUTF16(text string, order binary.AppendByteOrder, mark bool) string {
	var b []byte
	if mark {
		b = order.AppendUint16(b, 0xfeff)
	}
	for _, unit := range utf16.Encode([]rune(tokens.Replace(text))) {
		b = order.AppendUint16(b, unit)
	}
	return string(b)
}

// How a file is read depends on what it is, not on what it says of itself; what looks like text is read in any case.
func TestHowAContentIsRead(t *testing.T) {
	const script = "echo one\ngcloud secrets create two\n"
	command := "command gcloud secrets create"
	zeros := strings.Repeat("\x00", 9000)
	for _, tt := range []struct {
		name, file, give string
		how              string // text, formats, listed or unread
		finds            string // what is found all the same
	}{
		{"plain text", "a.sh", script, "text", command},
		{"zeros after the first line", "a.sh", "echo\n\x00\x00\n" + script, "text", command},
		{"zeros in the first line", "a.sh", "\x00" + script, "text", command},
		{"zeros in words", "a.sh", strings.ReplaceAll(script, "secrets", "sec\x00rets"), "text", command},
		{"more zeros than are looked at", "a.sh", "echo\n" + zeros + "\n" + script, "text", command},
		{"noise in a script", "a.sh", "echo\n" + noise(9000) + "\n" + script, "text", command},
		{
			"noise behind a first line that runs it", "install", "#!/bin/sh\n" + script + "exit\n" + noise(9000), "text",
			command,
		},
		{"noise behind a first line of text", "token", "token: @github@\n" + noise(9000), "text", "github-token"},
		{"noise", "data", noise(9000), "formats", ""},
		{"a token in noise", "data", noise(9000) + " @github@ " + noise(900), "formats", "github-token"},
		{"a name in noise", "data", noise(9000) + "\npassword = \"@password@\"\n" + noise(900), "formats", ""},
		{"a document", "a.pdf", "%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj\n" + noise(9000) + "\n%%EOF\n", "formats", ""},
		{
			"a document that is all text", "a.pdf", "%PDF-1.7\n1 0 obj\n<<>>\nendobj\n% @github@\n%%EOF\n", "text",
			"github-token",
		},
		{"a script behind the sign of a document", "a.sh", "%PDF-1.4\n" + script, "unread", command},
		{
			"a script behind the sign and with the ending of a document", "a.pdf", "%PDF-1.4\n@github@\n" + script,
			"unread", "github-token",
		},
		{"a script behind the sign of an archive", "a.sh", "!<arch>\n" + script, "unread", command},
		{"a script behind the sign of a program", "a.sh", "\x7fELF\n" + script, "unread", command},
		{"a script as an image", "a.png", "#!/bin/sh\n" + script, "unread", command},
		{"text as a font", "a.woff2", "token: @github@\n", "unread", "github-token"},
		{"text behind the sign of an image", "a.gif", "GIF89a\ntoken: @github@\n", "unread", "github-token"},
		{"an image", "a.png", "\x89PNG\r\n\x1a\n\x00\x00\x00\x0dIHDR" + noise(900), "listed", ""},
		{"a narrow image", "a.gif", "GIF89a\x0a\x00\x0a\x00\x80\x00\x00" + noise(90), "listed", ""},
		{
			"an image with the ending of another kind", "a.jpg", "\x89PNG\r\n\x1a\n\x00\x00\x00\x0dIHDR" + noise(900),
			"listed", "",
		},
		{"an image without an ending", "image", "\x89PNG\r\n\x1a\n\x00\x00\x00\x0dIHDR" + noise(900), "formats", ""},
		{"noise with the ending of an image", "a.png", noise(9000) + " @github@ ", "formats", "github-token"},
		{
			"an archive that stores a text", "a.zip",
			"PK\x03\x04\x0a\x00\x00\x00\x00\x00\x00\x00\x00\x00" + strings.Repeat("text ", 2000), "listed", "",
		},
		{"a tape of texts", "a.tar", "a.txt" + zeros[:95] + "0000644\x00" + zeros[:149] + "ustar\x00" +
			strings.Repeat("text ", 2000), "listed", ""},
		{"an empty image", "a.png", "", "text", ""},
		{"a drawing", "a.svg", "<svg xmlns=\"http://www.w3.org/2000/svg\"/>\n", "text", ""},
		{"UTF-16", "a.sh", inUTF16(script, binary.LittleEndian, true), "text", command},
		{"UTF-16, the other way round", "a.sh", inUTF16(script, binary.BigEndian, true), "text", command},
		{
			"UTF-16 without a mark", "a.txt", inUTF16("token: @github@\n", binary.LittleEndian, false), "text",
			"github-token",
		},
		{
			"UTF-16 in other letters", "a.yaml", inUTF16("# 秘密の設定ファイル\ntoken: @github@\n", binary.LittleEndian, true),
			"text", "github-token",
		},
		{
			"UTF-32", "a.yaml", "\xff\xfe\x00\x00" +
				strings.Join(strings.Split(tokens.Replace("token: @github@\n"), ""), "\x00\x00\x00") + "\x00\x00\x00",
			"text", "github-token",
		},
		{"not UTF-16 behind its mark", "a.sh", "\xff\xfe\n" + script + "#", "unread", command},
		{
			"UTF-16 that is cut off", "a.txt",
			inUTF16("a long text, @github@, that ends in the middle", binary.LittleEndian, true) + "\x00x\x00",
			"unread", "github-token",
		},
		{"UTF-7", "a.py", "# -*- coding: utf-7 -*-\ntoken = '@github@'\n", "unread", "github-token"},
		{"EBCDIC", "a.py", "#!/usr/bin/python\n# vim: set fileencoding=cp037 :\n", "unread", ""},
		{"an encoding of Python that hides letters", "a.py", "# coding=unicode_escape\n", "unread", ""},
		{"old encodings", "a.py", "# -*- coding: latin-1 -*-\n# \xe9\n", "text", ""},
		{"UTF-8 that says UTF-16", "web.config", "<?xml version=\"1.0\" encoding=\"utf-16\"?>\n<a/>\n", "text", ""},
		{"attributes of encodings", ".gitattributes", "*.txt working-tree-encoding=UTF-7\n", "text", ""},
		{"a sentence about encodings", "a.md", "\n\n\nUse the encoding: utf-7\n", "text", ""},
		{"what is minified", "a.min.js", "f('@github@',password='@password@')", "formats", "github-token"},
		{"a Git LFS pointer", "a.png", "version https://git-lfs.github.com/spec/v1\noid sha256:" +
			strings.Repeat("ab", 32) + "\nsize 1\n", "formats", ""},
		{
			"more than a Git LFS pointer", "a.yaml",
			"version https://git-lfs.github.com/spec/v1\noid sha256:" + strings.Repeat("ab", 32) +
				"\nsize 1\npassword: @password@\n", "text", "password",
		},
		{"a large text", "a.txt", strings.Repeat("x", repository.MaxSize+1), "unread", ""},
		{"a large image", "a.png", "\x89PNG\r\n\x1a\n\x00\x00\x00\x0dIHDR\x01" +
			strings.Repeat("\x01", repository.MaxSize), "listed", ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			files, sum := read(t, tree(t, map[string]string{tt.file: tt.give}))
			got := "text"
			switch {
			case len(sum.Unread) > 0:
				got = "unread"
			case len(sum.Formats) > 0:
				got = "formats"
			case len(sum.Skipped) > 0:
				got = "listed"
			}
			if got != tt.how || len(sum.Errors) > 0 {
				t.Errorf("got %s, want %s; errors %+v", got, tt.how, sum.Errors)
			}
			var found []string
			for _, f := range files {
				found = append(found, say(f)...)
			}
			if tt.finds == "" && len(found) > 0 || tt.finds != "" && !contains(found, tt.finds) {
				t.Errorf("found %q, want %q", found, tt.finds)
			}
			if n := len(found); n > 1 && !strings.Contains(tt.name, "noise") {
				t.Errorf("one thing was found %d times: %q", n, found)
			}
		})
	}
}

// contains reports whether one of the lines holds the words, in their order.
func contains(lines []string, words string) bool {
	for _, line := range lines {
		rest, ok := line, true
		for _, w := range strings.Fields(words) {
			if ok {
				_, rest, ok = strings.Cut(rest, w)
			}
		}
		if ok {
			return true
		}
	}
	return false
}

// javaStore is a Java key store of version 2 with entries of these tags: 1 for a private key, 2 for a certificate.
func javaStore(tags ...uint32) string {
	b := binary.BigEndian.AppendUint32([]byte{0xfe, 0xed, 0xfe, 0xed, 0, 0, 0, 2}, uint32(len(tags)))
	text := func(s string) {
		b = binary.BigEndian.AppendUint16(b, uint16(len(s)))
		b = append(b, s...)
	}
	for i, tag := range tags {
		b = binary.BigEndian.AppendUint32(b, tag)
		text(fmt.Sprintf("entry%d", i))
		b = append(b, make([]byte, 8)...)
		if tag == 2 {
			text("X.509")
		}
		b = binary.BigEndian.AppendUint32(b, 40)
		b = append(b, noise(40)...)
	}
	return string(b) + noise(20)
}

// pkcs12 is the beginning of a PKCS #12 file, with bags of these kinds in clear.
func pkcs12(bags ...byte) string {
	b := []byte("\x30\x82\x0a\x00\x02\x01\x03\x30\x82\x09\xc6\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x07\x01\xa0\x82\x09\xb7")
	for _, kind := range bags {
		b = append(b, "\x30\x82\x01\x00\x06\x0b\x2a\x86\x48\x86\xf7\x0d\x01\x0c\x0a\x01"...)
		b = append(b, kind)
		b = append(b, noise(60)...)
	}
	return string(b) + noise(200)
}

func TestKeyStores(t *testing.T) {
	pointer := "version https://git-lfs.github.com/spec/v1\noid sha256:" + strings.Repeat("ab", 32) + "\nsize 1\n"
	for _, tt := range []struct{ name, file, give, want string }{
		{"PKCS #12", "certs/prod.pfx", pkcs12(2), "a PKCS #12 key store"},
		{"PKCS #12 under another name", "certs/prod.dat", pkcs12(3, 2), "a PKCS #12 key store"},
		{"PKCS #12 that is encrypted complete", "certs/prod.p12", pkcs12(), "a PKCS #12 key store"},
		{"PKCS #12 in capitals", "certs/PROD.PFX", pkcs12(2), "a PKCS #12 key store"},
		{"certificates in PKCS #12", "certs/ca.p12", pkcs12(3), ""},
		{"a store of trust in PKCS #12", "certs/truststore.p12", pkcs12(), ""},
		{"a store of trust with a key", "certs/truststore.p12", pkcs12(2), "a PKCS #12 key store"},
		{"a Java key store", "src/server.jks", javaStore(2, 1), "a Java key store"},
		{"a Java key store without an ending", "src/keystore", javaStore(1), "a Java key store"},
		{"certificates in a Java key store", "src/server.jks", javaStore(2, 2), ""},
		{"the certificates of a Java runtime", "lib/security/cacerts", javaStore(2), ""},
		{"the key of every Android SDK", "android/app/debug.keystore", javaStore(1), ""},
		{"the key of a release", "android/app/release.keystore", javaStore(1), "a Java key store"},
		{"a password database", "team.kdbx", "\x03\xd9\xa2\x9a\x67\xfb\x4b\xb5" + noise(100), "a password database"},
		{
			"a password database under another name", "team.bak", "\x03\xd9\xa2\x9a\x67\xfb\x4b\xb5" + noise(100),
			"a password database",
		},
		{
			"a store of Bouncy Castle", "app.bks", "\x00\x00\x00\x02\x00\x00\x00\x14" + noise(100),
			"a Bouncy Castle key store",
		},
		{"one in Git LFS", "certs/prod.pfx", pointer, "a PKCS #12 key store"},
		{
			"one that is too large", "certs/prod.pfx", pkcs12() + strings.Repeat("\x01", repository.MaxSize),
			"a PKCS #12 key store",
		},
		{"one among what a package manager put there", "node_modules/x/prod.pfx", pkcs12(2), "a PKCS #12 key store"},
		{"a text", "certs/prod.pfx", "see the wiki\n", ""},
		{"nothing", "certs/prod.pfx", "", ""},
		{"a certificate", "certs/prod.der", "\x30\x82\x03\x00\x30\x82\x02\x00" + noise(500), ""},
		{"a program for macOS", "bin/tool", "\xfe\xed\xfa\xcf" + noise(500), ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			files, _ := read(t, tree(t, map[string]string{tt.file: tt.give}))
			got := ""
			if len(files) > 0 {
				got = files[0].KeyStore
			}
			if got != tt.want {
				t.Errorf("got %q, want %q", got, tt.want)
			}
		})
	}
}
