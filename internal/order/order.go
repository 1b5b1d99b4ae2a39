// Package order sorts lists of structs. Package slices adds a copy of the algorithm to the program for each type of
// element, about 25 kB; these functions add none, and are half again as slow. Where sorting takes time, and for
// strings, numbers and pointers, of which the program has a copy, package slices is better.
package order

import "sort"

// By sorts a list as [slices.SortFunc] does.
func By[E any](list []E, compare func(a, b E) int) {
	if len(list) > 1 {
		sort.Slice(list, func(i, j int) bool { return compare(list[i], list[j]) < 0 })
	}
}

// Stable sorts a list as [slices.SortStableFunc] does.
func Stable[E any](list []E, compare func(a, b E) int) {
	if len(list) > 1 {
		sort.SliceStable(list, func(i, j int) bool { return compare(list[i], list[j]) < 0 })
	}
}
