package repository

import (
	"bytes"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"slices"
	"strconv"
	"strings"

	"github.com/progression-labs-development/policypack/internal/order"
)

// index is git's list of tracked files, reduced to what names need. It supports versions 2 to 4 of the format, with
// split and sparse indexes: https://git-scm.com/docs/index-format
type index struct {
	entries []entry
	base    string // of a split index: the name of the shared one
	gone    []int  // the shared entries that are not there any more
	changed []int  // those that the first entries, which have no name, stand for
}

// entry is a file, tracked or not, or another kind of entry in git's index.
type entry struct {
	name string
	mode uint32 // 0 where it is not tracked
	// id is the object id of the blob as bytes. It is empty if git would merge nothing yet: untracked, or in conflict.
	id      string
	managed string // the reason for which, by its name, nobody has written it; or empty
	follow  bool   // it is what a link leads to, named by the link
}

// The modes of entries that are not files.
const (
	modeType    = 0o170000
	modeLink    = 0o120000
	modeModule  = 0o160000 // a submodule
	modeFolder  = 0o040000 // of a sparse index: all below it is absent
	leastEntry  = 62       // bytes, with the shorter hash
	statBytes   = 40
	flagStage   = 0x3000 // in the flags: it is in conflict
	flagLong    = 0x4000 // more flags follow
	flagIntent  = 0x2000 // in those: it is to be added, and is not yet
	indexHeader = 12
)

var errIndex = errors.New("unknown format")

// parseIndex parses an index. In a split index, the names of entries that replace others are empty until merge.
func parseIndex(data []byte, hash int) (*index, error) {
	if len(data) < indexHeader+hash || string(data[:4]) != "DIRC" {
		return nil, errIndex
	}
	version, count := binary.BigEndian.Uint32(data[4:]), int(binary.BigEndian.Uint32(data[8:]))
	if version < 2 || version > 4 || count > len(data)/leastEntry {
		return nil, errIndex
	}
	data = data[:len(data)-hash]
	x := &index{entries: make([]entry, 0, count)}
	at, before := indexHeader, ""
	for range count {
		e, next, err := parseEntry(data, at, hash, version, before)
		if err != nil {
			return nil, err
		}
		x.entries = append(x.entries, e)
		at, before = next, e.name
	}
	for at+8 <= len(data) {
		kind, size := string(data[at:at+4]), int(binary.BigEndian.Uint32(data[at+4:]))
		if at += 8; size > len(data)-at {
			return nil, errIndex
		}
		if err := x.extension(kind, data[at:at+size], hash); err != nil {
			return nil, err
		}
		at += size
	}
	return x, nil
}

func parseEntry(data []byte, at, hash int, version uint32, before string) (e entry, next int, err error) {
	start := at
	if at += statBytes + hash + 2; at > len(data) {
		return e, 0, errIndex
	}
	e.mode = binary.BigEndian.Uint32(data[start+24:])
	flags := binary.BigEndian.Uint16(data[at-2:])
	merged := flags&flagStage == 0
	id := data[start+statBytes : start+statBytes+hash]
	if flags&flagLong != 0 && version >= 3 {
		if at+2 > len(data) {
			return e, 0, errIndex
		}
		merged = merged && binary.BigEndian.Uint16(data[at:])&flagIntent == 0
		at += 2
	}
	if merged {
		e.id = string(id)
	}
	keep := 0
	if version == 4 {
		strip, n := offsetInt(data[at:])
		if n == 0 || strip > len(before) {
			return e, 0, errIndex
		}
		at, keep = at+n, len(before)-strip
	}
	end := bytes.IndexByte(data[at:], 0)
	if end < 0 {
		return e, 0, errIndex
	}
	e.name = before[:keep] + string(data[at:at+end])
	if at += end + 1; version < 4 {
		at = start + (at-start+7)&^7
	}
	return e, at, nil
}

// offsetInt decodes the variable-width encoding of pack files. n is 0 if it is not terminated.
func offsetInt(data []byte) (v, n int) {
	for i, b := range data {
		if i > 4 {
			break
		}
		if i > 0 {
			v++
		}
		if v = v<<7 | int(b&0x7f); b&0x80 == 0 {
			return v, i + 1
		}
	}
	return 0, 0
}

// parseTree parses a tree object: mode, name and object id of each entry.
func parseTree(data []byte, hash int) ([]entry, error) {
	var all []entry
	for len(data) > 0 {
		head, rest, ok := bytes.Cut(data, []byte{0})
		mode, name, named := strings.Cut(string(head), " ")
		bits, err := strconv.ParseUint(mode, 8, 32)
		if !ok || !named || err != nil || len(rest) < hash {
			return nil, errIndex
		}
		all = append(all, entry{name: name, mode: uint32(bits), id: string(rest[:hash])})
		data = rest[hash:]
	}
	return all, nil
}

// extension parses an extension. Those whose name begins with a lower-case letter must be understood.
func (x *index) extension(kind string, data []byte, hash int) error {
	switch {
	case kind == "link":
		if len(data) < hash {
			return errIndex
		}
		if bytes.Count(data[:hash], []byte{0}) == hash {
			return nil // split, with nothing shared
		}
		x.base = hex.EncodeToString(data[:hash])
		if data = data[hash:]; len(data) == 0 {
			return nil
		}
		var err error
		if x.gone, data, err = bitmap(data); err == nil {
			x.changed, _, err = bitmap(data)
		}
		return err
	case kind == "sdir", kind[0] >= 'A' && kind[0] <= 'Z':
		return nil
	}
	return errIndex
}

// merge adds the entries of the shared index.
func (x *index) merge(base *index) error {
	own := x.entries
	for i, at := range x.changed {
		if i >= len(own) || own[i].name != "" || at >= len(base.entries) {
			return errIndex
		}
		own[i].name = base.entries[at].name
		base.entries[at] = own[i]
	}
	for _, at := range x.gone {
		if at >= len(base.entries) {
			return errIndex
		}
		base.entries[at].name = ""
	}
	all := slices.Concat(base.entries, own[len(x.changed):])
	all = slices.DeleteFunc(all, func(e entry) bool { return e.name == "" })
	order.Stable(all, func(a, b entry) int { return strings.Compare(a.name, b.name) })
	x.entries = all
	return nil
}

// maxBits bounds a bitmap. No real index has so many files.
const maxBits = 1 << 26

// bitmap decodes a bitmap in the EWAH format and returns the indexes of the set bits, and the remaining data.
func bitmap(data []byte) (set []int, rest []byte, err error) {
	if len(data) < 8 {
		return nil, nil, errIndex
	}
	bits, words := int(binary.BigEndian.Uint32(data)), int(binary.BigEndian.Uint32(data[4:]))
	data = data[8:]
	if words > len(data)/8 || len(data)-8*words < 4 || bits > maxBits {
		return nil, nil, errIndex
	}
	rest = data[8*words+4:]
	at := 0
	for i := 0; i < words; {
		marker := binary.BigEndian.Uint64(data[8*i:])
		run, literal := int(marker>>1&(1<<32-1)), int(marker>>33)
		if i++; literal > words-i || run > maxBits/64 {
			return nil, nil, errIndex
		}
		if marker&1 == 1 {
			for b := at; b < min(at+64*run, bits); b++ {
				set = append(set, b)
			}
		}
		at += 64 * run
		for ; literal > 0; literal-- {
			word := binary.BigEndian.Uint64(data[8*i:])
			for b := range 64 {
				if word>>b&1 == 1 && at+b < bits {
					set = append(set, at+b)
				}
			}
			at += 64
			i++
		}
	}
	return set, rest, nil
}
