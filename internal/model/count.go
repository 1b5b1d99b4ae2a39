package model

import "slices"

// Count is a number of items of one kind in a source, such as resources or files.
type Count struct {
	What    string `json:"what"` // the kind, in the singular
	Count   int    `json:"count"`
	Reason  string `json:"reason,omitempty"`  // why they were not checked, or not fully
	Example string `json:"example,omitempty"` // the name of one of them
}

// Counted returns the counts that are not zero, or nil if there are none.
func Counted(counts ...Count) []Count {
	counts = slices.DeleteFunc(counts, func(c Count) bool { return c.Count == 0 })
	if len(counts) == 0 {
		return nil
	}
	return counts
}
