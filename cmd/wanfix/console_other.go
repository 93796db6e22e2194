//go:build !windows

package main

import "os"

func colours(*os.File) bool { return true }

func ownConsole() bool { return false }
