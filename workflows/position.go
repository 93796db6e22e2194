package workflows

import (
	"bytes"
	"fmt"
	"unicode/utf8"
)

// Span is a half-open range of byte offsets into [File.Src].
type Span struct{ Start, End int }

// Empty reports whether nothing is written there.
func (s Span) Empty() bool { return s.End <= s.Start }

// Position is a place in a text as editors count it: lines and columns from 1,
// columns in characters, a byte order mark not counted.
type Position struct{ Line, Col int }

func (p Position) String() string { return fmt.Sprintf("%d:%d", p.Line, p.Col) }

// PositionOf returns the position of a byte offset in src.
func PositionOf(src []byte, offset int) Position {
	offset = min(max(offset, 0), len(src))
	before := src[:offset]
	start := bytes.LastIndexByte(before, '\n') + 1
	return Position{
		Line: bytes.Count(before, []byte("\n")) + 1,
		Col:  utf8.RuneCount(before[start:]) + 1,
	}
}

// Error is a reason why a text cannot be read, and where.
// Its text is "line:col: reason"; who knows the file's name puts it in front.
type Error struct {
	Position
	Reason string
	// Foreign says that the text is JSON of another kind than workflows.
	Foreign bool
}

func (e *Error) Error() string { return e.Position.String() + ": " + e.Reason }

func errorAt(src []byte, offset int, format string, args ...any) *Error {
	return &Error{Position: PositionOf(src, offset), Reason: fmt.Sprintf(format, args...)}
}
