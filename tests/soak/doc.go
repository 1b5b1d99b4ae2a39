// Package soak is the proof that the program is reliable, for `make soak`. Its tests are skipped in `make test`, since
// they take more than an hour:
//
//	go test ./tests/soak -count=1 -timeout 3h -v -soak 1h
//
// The flag is how long to fuzz. It is shared among all fuzz targets of the project (TestParsers), whole commands on
// mutated documents (TestDocuments) and the engine's calls (TestCalls). Callers run for a twelfth of it
// (TestCallers). Faults and identical runs take as long as they take.
//
// At the end stands a table with a line for each part. What a part has found is printed where it was found, and becomes
// a test beside what is at fault, with the input as its seed.
package soak
