//go:build !linux && !darwin && !windows

package evaluator

import "time"

// threadTime returns wall-clock time, because this system does not report the CPU time of a single thread.
func threadTime() time.Duration { return time.Duration(time.Now().UnixNano()) }
