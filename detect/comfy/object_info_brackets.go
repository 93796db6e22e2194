package comfy

import "bytes"

// brackets is where the reading of a value stands that comes in pieces.
type brackets struct {
	depth           int
	quoted, escaped bool
}

// count goes on with the next piece, and returns how much of it belongs to the value. It
// stops where the value is closed, or nested too deep.
func (b *brackets) count(piece []byte) (n int, closed bool) {
	for n < len(piece) {
		if b.quoted && !b.escaped {
			text := piece[n:]
			if end := bytes.IndexByte(text, '"'); end >= 0 {
				text = text[:end]
			}
			if escape := bytes.IndexByte(text, '\\'); escape >= 0 {
				text = text[:escape]
			}
			if n += len(text); n == len(piece) {
				break
			}
		}
		c := piece[n]
		n++
		switch {
		case b.escaped:
			b.escaped = false
		case c == '"':
			b.quoted = !b.quoted
		case b.quoted:
			b.escaped = true // of what is quoted, only quotes and escapes come here
		case c == '{', c == '[':
			b.depth++
		case c == '}', c == ']':
			b.depth--
		default:
			continue
		}
		if b.depth > maxDepth || b.depth == 0 && !b.quoted {
			return n, b.depth == 0
		}
	}
	return n, false
}
