package main

import (
	"path/filepath"
	"strings"
)

// notOnWindows tells why Windows would not make a file of that name, or another one; "" is
// for names that it takes.
func notOnWindows(name string) string {
	for part := range strings.SplitSeq(filepath.ToSlash(name), "/") {
		device, _, _ := strings.Cut(strings.ToUpper(part), ".")
		device = strings.TrimRight(device, " ")
		digit := strings.TrimPrefix(strings.TrimPrefix(device, "COM"), "LPT")
		switch {
		case strings.HasSuffix(part, ".") && part != ".", strings.HasSuffix(part, " "):
			return "Windows drops dots and blanks at the end of a name"
		case strings.ContainsFunc(part, func(r rune) bool { return r < ' ' || strings.ContainsRune(`<>:"|?*\`, r) }):
			return `Windows has no names with < > : " | ? * or control characters`
		case device == "CON", device == "PRN", device == "AUX", device == "NUL", device == "CONIN$", device == "CONOUT$",
			digit != device && len([]rune(digit)) == 1 && strings.Contains("0123456789¹²³", digit):
			return device + " is a device on Windows"
		}
	}
	return ""
}
