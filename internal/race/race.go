// Package race reduces the inputs of tests under the race detector, which makes everything several times slower and
// finds nothing in code that one goroutine runs over and over.
package race

const one = 8 // of so many

// Some returns all inputs of a test or, under the race detector, every eighth of them. Use it for inputs that run
// through the same code in one goroutine each: `make test` also runs the test with all of them, without the detector.
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
