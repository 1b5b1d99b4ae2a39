//go:build !unix

package fuzzing

import "time"

var started = time.Now()

// processorTime is the time since the start, where nobody says what a process has used.
func processorTime() time.Duration { return time.Since(started) }
