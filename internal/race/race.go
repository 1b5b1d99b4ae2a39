// Package race lets tests do in full what is about values, and a part of it under the race detector, which makes
// everything several times slower and finds nothing in what one goroutine does over and over.
package race

const one = 8 // of so many

// Some returns all inputs of a test, and under the race detector every eighth of them. It is for inputs that run
// through the same code in one goroutine each: `make test` gives them all to the same test without the detector.
func Some[T any](all []T) []T {
	if !Enabled {
		return all
	}
	var some []T
	for i := 0; i < len(all); i += one {
		some = append(some, all[i])
	}
	return some
}
