package main

import (
	"fmt"
	"io"
	"net/url"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
)

// end tells what stands around the workflows, totals of several files, and how to write what was only told.
func (r *textReport) end(sum *totals, many bool) error {
	if _, err := io.WriteString(r.to, r.surroundings()); err != nil {
		return err
	}
	if many {
		changed := "changed"
		if r.dry || r.unwritten != "" {
			changed = "would change"
		}
		if err := sum.print(r.to, changed); err != nil {
			return err
		}
	}
	if r.unwritten == "" || r.dry {
		return nil
	}
	how := "the same command with -w"
	switch {
	case r.cards > 1:
		how = "the same command with -o 'tuned/{gpu}/{name}.json'"
	case r.changed == 1:
		how = writeCommand(r.unwritten, r.flags)
	case r.embedded:
		how = "one file a command, with -o"
	}
	_, err := fmt.Fprintf(r.to, "\nnothing was written; to write it: %s\n", r.style.bold(how))
	return err
}

// writeCommand is the command that writes the tuned copy of a file.
func writeCommand(label string, flags []string) string {
	file, out := label, "tuned.json"
	switch {
	case file == standardInput:
		file = standardStream
	case strings.HasPrefix(file, "-"):
		file = "." + string(filepath.Separator) + file
	}
	if filepath.Base(file) == out {
		out = "tuned-2.json"
	}
	words := slices.Concat([]string{"wanfix", file}, flags, []string{"-o", out})
	for i, word := range words {
		words[i] = quoted(withoutPassword(word))
	}
	return strings.Join(words, " ")
}

// flagsOf are the flags of a command line, without the command and its files.
func (j *judging) flagsOf(args []string) []string {
	return slices.DeleteFunc(slices.Clone(args), func(arg string) bool {
		return arg == commands[0].name || arg == "--" || slices.Contains(j.Files, arg)
	})
}

// withoutPassword hides a password in an address: reports are passed on.
func withoutPassword(arg string) string {
	prefix, address, found := strings.Cut(arg, "=")
	if !found {
		prefix, address = "", arg
	}
	u, err := url.Parse(address)
	if err != nil || u.User == nil {
		return arg
	}
	if found {
		prefix += "="
	}
	return prefix + u.Redacted()
}

// quoted writes an argument as shells want it.
func quoted(argument string) string {
	argument = plain(argument)
	switch {
	case argument == "" || runtime.GOOS == "windows" && strings.ContainsAny(argument, " ()&;'<>|^"):
		return `"` + argument + `"`
	case runtime.GOOS != "windows" && strings.ContainsAny(argument, "$`!*?[]{}~#\"\\"):
		return "'" + strings.ReplaceAll(argument, "'", `'\''`) + "'"
	case strings.ContainsAny(argument, " ()&;'<>|"):
		return `"` + argument + `"`
	}
	return argument
}
