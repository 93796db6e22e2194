package main

import (
	"errors"
	"strings"

	"github.com/wanfix/wanfix/workflows"
)

// failure is a file that could not be judged, or not written.
type failure struct {
	label  string
	at     *workflows.Position // in the file; nil is not known, or inside of a picture
	reason string
}

// failureOf takes the file's name and the position off an error that begins with them.
func failureOf(src source, err error) failure {
	f := failure{label: src.name, reason: err.Error()}
	if src.name == standardStream {
		f.label = standardInput
	}
	var unread *workflows.Error
	if errors.As(err, &unread) && f.reason == f.label+":"+unread.Error() {
		f.at, f.reason = &unread.Position, unread.Reason
		return f
	}
	f.reason = strings.TrimPrefix(f.reason, f.label+": ")
	return f
}
