package carrier

import "math/bits"

// The elements of Matroska that lead to a tag: Segment > Tags > Tag > SimpleTag.
const (
	ebmlSegment   = 0x18538067
	ebmlTags      = 0x1254c367
	ebmlTag       = 0x7373
	ebmlSimpleTag = 0x67c8
	ebmlTagName   = 0x45a3
	ebmlTagString = 0x4487

	unknownLength = -1
)

// scanWebM walks over the elements of a WebM or Matroska file: id, length, content.
// It goes on inside of those that lead to a tag, and of those of unknown length,
// which streams have; all others it steps over. So there is no nesting to it.
func scanWebM(s *source) error {
	var tag entry
	var hasName, hasText bool
	for at := int64(0); at < s.size; {
		id, length, header, err := s.element(at)
		if err != nil {
			return err
		}
		at += header
		switch {
		case id == ebmlSegment, id == ebmlTags, id == ebmlTag, length == unknownLength:
			continue
		case id == ebmlSimpleTag:
			tag, hasName, hasText = entry{where: "tag"}, false, false
			continue
		}
		if err := s.within(at, length); err != nil {
			return err
		}
		switch id {
		case ebmlTagName:
			name, err := s.read(at, min(length, maxName))
			if err != nil {
				return err
			}
			tag.name, hasName = string(name), true
		case ebmlTagString:
			tag.at, tag.length, hasText = at, length, true
		}
		if hasName && hasText {
			s.found(tag)
			hasName, hasText = false, false
		}
		at += length
	}
	return nil
}

// element reads the head of an element. Both numbers of it tell their own width by
// the zeros in front; of an id they are a part.
func (s *source) element(at int64) (id uint64, length, header int64, err error) {
	head, err := s.part(at, 12)
	if err != nil {
		return 0, 0, 0, err
	}
	id, width := vint(head)
	if width == 0 || width > 4 {
		return 0, 0, 0, errorAt(at, "an element should begin here")
	}
	size, more := vint(head[width:])
	if more == 0 {
		return 0, 0, 0, errorAt(at+int64(width), "the length of an element should stand here")
	}
	marker := uint64(1) << (7 * more)
	length = int64(size &^ marker)
	if size == marker|(marker-1) {
		length = unknownLength
	}
	return id, length, int64(width + more), nil
}

// vint reads a number with the bit that marks its width; width is 0 if there is none.
func vint(b []byte) (n uint64, width int) {
	if len(b) == 0 {
		return 0, 0
	}
	width = bits.LeadingZeros8(b[0]) + 1
	if width > 8 || width > len(b) {
		return 0, 0
	}
	for _, c := range b[:width] {
		n = n<<8 | uint64(c)
	}
	return n, width
}
