package evaluator

import (
	"syscall"
	"time"
	"unsafe"

	"golang.org/x/sys/windows"
)

// threadTime returns the CPU time that the calling thread has used. Windows counts it in steps of 16 ms or so.
// https://learn.microsoft.com/windows/win32/api/processthreadsapi/nf-processthreadsapi-getthreadtimes
func threadTime() time.Duration {
	var created, exited, kernel, user windows.Filetime
	times := windows.NewLazySystemDLL("kernel32.dll").NewProc("GetThreadTimes")
	ok, _, _ := syscall.SyscallN(times.Addr(), uintptr(windows.CurrentThread()), uintptr(unsafe.Pointer(&created)),
		uintptr(unsafe.Pointer(&exited)), uintptr(unsafe.Pointer(&kernel)), uintptr(unsafe.Pointer(&user)))
	if ok == 0 {
		return time.Duration(time.Now().UnixNano())
	}
	return ticks(kernel) + ticks(user)
}

// ticks converts a time span in Windows' 100 ns units to a duration.
func ticks(t windows.Filetime) time.Duration {
	return time.Duration(int64(t.HighDateTime)<<32|int64(t.LowDateTime)) * 100
}
