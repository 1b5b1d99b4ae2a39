package taint

import (
	"fmt"
	"io"
)

// silence is the only output of the types that contain secrets. fmt does not call methods on unexported fields; there
// it prints an address, because it does not follow an atomic pointer or a pointer to a pointer.
const silence = "[secrets]"

func write(f fmt.State) { _, _ = io.WriteString(f, silence) }

// String returns a constant.
func (*Secrets) String() string { return silence }

// GoString returns a constant.
func (*Secrets) GoString() string { return silence }

// Format writes a constant.
func (*Secrets) Format(f fmt.State, _ rune) { write(f) }

// MarshalText returns a constant.
func (*Secrets) MarshalText() ([]byte, error) { return []byte(silence), nil }

// String returns a constant.
func (*Matcher) String() string { return silence }

// GoString returns a constant.
func (*Matcher) GoString() string { return silence }

// Format writes a constant.
func (*Matcher) Format(f fmt.State, _ rune) { write(f) }

// MarshalText returns a constant.
func (*Matcher) MarshalText() ([]byte, error) { return []byte(silence), nil }

// String returns a constant.
func (*Texts) String() string { return silence }

// GoString returns a constant.
func (*Texts) GoString() string { return silence }

// Format writes a constant.
func (*Texts) Format(f fmt.State, _ rune) { write(f) }

// MarshalText returns a constant.
func (*Texts) MarshalText() ([]byte, error) { return []byte(silence), nil }

// String returns a constant.
func (*value) String() string { return silence }

// GoString returns a constant.
func (*value) GoString() string { return silence }

// Format writes a constant.
func (*value) Format(f fmt.State, _ rune) { write(f) }
