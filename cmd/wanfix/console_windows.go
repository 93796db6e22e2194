package main

import (
	"os"
	"unsafe"

	"golang.org/x/sys/windows"
)

// colours switches the escape sequences of an older Windows console on, and tells
// whether it has them.
func colours(f *os.File) bool {
	console := windows.Handle(f.Fd())
	var mode uint32
	if windows.GetConsoleMode(console, &mode) != nil {
		return false
	}
	return windows.SetConsoleMode(console, mode|windows.ENABLE_VIRTUAL_TERMINAL_PROCESSING) == nil
}

// ownConsole reports whether Windows opened the console for this program alone,
// as it does when a file is dropped on it.
func ownConsole() bool {
	var ids [2]uint32
	list := windows.NewLazySystemDLL("kernel32.dll").NewProc("GetConsoleProcessList")
	n, _, _ := list.Call(uintptr(unsafe.Pointer(&ids[0])), uintptr(len(ids)))
	return n == 1
}
