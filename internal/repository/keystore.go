package repository

import (
	"bytes"
	"encoding/binary"
	"strings"
)

// The kinds of key stores, as shown in messages.
const (
	storePKCS12   = "a PKCS #12 key store"
	storeJava     = "a Java key store"
	storeBouncy   = "a Bouncy Castle key store"
	storePassword = "a password database"
)

// storeEndings maps name suffixes to the kind of a binary file.
var storeEndings = [...]struct{ ending, kind string }{
	{"pfx", storePKCS12},
	{"p12", storePKCS12},
	{"pkcs12", storePKCS12},
	{"jks", storeJava},
	{"jceks", storeJava},
	{"keystore", storeJava},
	{"bks", storeBouncy},
	{"ubr", storeBouncy},
	{"bcfks", storeBouncy},
	{"kdbx", storePassword},
	{"kdb", storePassword},
	{"psafe3", storePassword},
}

// The signatures of key stores, and of PKCS #12: what precedes the contents of a bag.
var (
	signJKS   = []byte{0xfe, 0xed, 0xfe, 0xed}
	signJCEKS = []byte{0xce, 0xce, 0xce, 0xce}
	signKDB   = []byte{0x03, 0xd9, 0xa2, 0x9a}
	// version 3, then a ContentInfo of pkcs7-data: RFC 7292, section 4
	signPKCS12 = []byte{0x02, 0x01, 0x03, 0x30}
	pkcs7Data  = []byte{0x06, 0x09, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x07, 0x01}
	bag        = []byte{0x06, 0x0b, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x0c, 0x0a, 0x01} // then its kind
)

// keyStoreOf returns the kind of key store that a file is, empty if it is not one: by its content, and by its name if
// the content is binary. A store of certificates alone is not one, nor is the Android SDK's debug key store, which is
// the same for everybody.
func keyStoreOf(name string, c content) string {
	kind := ""
	ending := strings.ToLower(name[strings.LastIndexByte(name, '.')+1:])
	for _, s := range storeEndings {
		if ending == s.ending {
			kind = s.kind
		}
	}
	if c.link || c.size == 0 || kind == "" &&
		(len(c.data) == 0 || c.data[0] != 0x30 && c.data[0] < 0x80 && c.data[0] != signKDB[0]) {
		return "" // most files
	}
	base := strings.ToLower(name[strings.LastIndexByte(name, '/')+1:])
	if base == "debug.keystore" {
		return ""
	}
	trust := strings.Contains(base, "trust") || strings.HasPrefix(base, "cacerts")
	switch head := c.data[:min(len(c.data), 64)]; {
	case bytes.HasPrefix(head, signJKS), bytes.HasPrefix(head, signJCEKS):
		if keys, known := javaKeys(c.data); known && !keys || !known && trust {
			return ""
		}
		return storeJava
	case bytes.HasPrefix(head, signKDB):
		return storePassword
	case len(head) > 0 && head[0] == 0x30 && bytes.Contains(head, signPKCS12) && bytes.Contains(head, pkcs7Data):
		switch keys, others := bags(c.data); {
		case keys:
			return storePKCS12
		case others:
			return ""
		}
	}
	if kind == "" || trust || !lfsPointer(c) && textual(c.data[:min(len(c.data), headSize)]) {
		return ""
	}
	return kind
}

// bags reports which bags of a PKCS #12 file are readable: those of private keys, which are encrypted one by one, and
// others.
func bags(data []byte) (keys, others bool) {
	for {
		i := bytes.Index(data, bag)
		if i < 0 || i+len(bag) == len(data) {
			return keys, others
		}
		data = data[i+len(bag):]
		key := data[0] == 1 || data[0] == 2
		keys, others = keys || key, others || !key
	}
}

// javaKeys reports whether a Java key store contains a private or secret key, and whether its entries could be parsed.
func javaKeys(data []byte) (keys, known bool) {
	const header, certificate = 12, 2
	if len(data) < header {
		return false, false
	}
	version, count := binary.BigEndian.Uint32(data[4:]), binary.BigEndian.Uint32(data[8:])
	rest := data[header:]
	text := func() bool {
		if len(rest) < 2 || len(rest)-2 < int(binary.BigEndian.Uint16(rest)) {
			return false
		}
		rest = rest[2+int(binary.BigEndian.Uint16(rest)):]
		return true
	}
	for range count {
		if len(rest) < 4 {
			return false, false
		}
		if binary.BigEndian.Uint32(rest) != certificate {
			return true, true
		}
		rest = rest[4:]
		if !text() || len(rest) < 8 {
			return false, false
		}
		rest = rest[8:]
		if version == 2 && !text() || len(rest) < 4 || int64(len(rest)-4) < int64(binary.BigEndian.Uint32(rest)) {
			return false, false
		}
		rest = rest[4+binary.BigEndian.Uint32(rest):]
	}
	return false, true
}
