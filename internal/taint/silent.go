package taint

import (
	"fmt"
	"io"
)

// silence is all that is ever printed of the types that hold secrets. Where they stand in unexported fields fmt does
// not call methods; there it prints an address, since it cannot follow an atomic pointer, or a pointer in a pointer.
const silence = "[secrets]"

func write(f fmt.State) { _, _ = io.WriteString(f, silence) }

// String returns a fixed text.
func (*Secrets) String() string { return silence }

// GoString returns a fixed text.
func (*Secrets) GoString() string { return silence }

// Format writes a fixed text.
func (*Secrets) Format(f fmt.State, _ rune) { write(f) }

// MarshalText returns a fixed text.
func (*Secrets) MarshalText() ([]byte, error) { return []byte(silence), nil }

// String returns a fixed text.
func (*Matcher) String() string { return silence }

// GoString returns a fixed text.
func (*Matcher) GoString() string { return silence }

// Format writes a fixed text.
func (*Matcher) Format(f fmt.State, _ rune) { write(f) }

// MarshalText returns a fixed text.
func (*Matcher) MarshalText() ([]byte, error) { return []byte(silence), nil }

// String returns a fixed text.
func (*Texts) String() string { return silence }

// GoString returns a fixed text.
func (*Texts) GoString() string { return silence }

// Format writes a fixed text.
func (*Texts) Format(f fmt.State, _ rune) { write(f) }

// MarshalText returns a fixed text.
func (*Texts) MarshalText() ([]byte, error) { return []byte(silence), nil }

// String returns a fixed text.
func (*value) String() string { return silence }

// GoString returns a fixed text.
func (*value) GoString() string { return silence }

// Format writes a fixed text.
func (*value) Format(f fmt.State, _ rune) { write(f) }
