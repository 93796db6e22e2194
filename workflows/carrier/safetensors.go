package carrier

import (
	"encoding/binary"
	"encoding/json"

	"github.com/tidwall/gjson"
)

// isSafetensors knows a header that begins with its length, which is below 4 GB.
func isSafetensors(head string) bool {
	return head[4:8] == "\x00\x00\x00\x00" && head[8] == '{'
}

// scanSafetensors finds the texts in the header of a safetensors file, which latents
// are: its length, and JSON with a member __metadata__ of texts by name.
func scanSafetensors(s *source) error {
	head, err := s.read(0, 8)
	if err != nil {
		return err
	}
	header, err := s.read(8, int64(binary.LittleEndian.Uint64(head)))
	if err != nil {
		return err
	}
	gjson.GetBytes(header, "__metadata__").ForEach(func(name, text gjson.Result) bool {
		if text.Type == gjson.String && text.Index > 0 {
			s.found(entry{name: name.String(), where: "metadata", at: 8 + int64(text.Index), length: int64(len(text.Raw)), decode: unquote})
		}
		return true
	})
	return nil
}

// unquote makes text of a JSON text, of which it is only one.
func unquote(raw []byte) ([]byte, error) {
	var text string
	err := json.Unmarshal(raw, &text)
	return []byte(text), err
}
