package software

import (
	"bufio"
	"bytes"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"

	"github.com/wanfix/wanfix/detect/internal/files"
)

// What is read of packs. A clone has one, each update may add one.
const (
	maxPacks  = 1000
	maxDeltas = 60 // differences between an object and the one that is stored whole; git makes up to 50
)

// The sorts of objects in a pack that matter here.
const (
	wholeCommit = 1
	deltaBefore = 6 // a difference to the object that many bytes before it
	deltaTo     = 7 // a difference to the object of a hash
)

var errNotPacked = errors.New("no pack has it")

// packed reads a commit from the packs of a repository, where git clone puts all of them.
func packed(objects, hash string) (body []byte, source string, err error) {
	dir := filepath.Join(objects, "pack")
	list, _ := names(dir)
	err = errNotPacked
	for _, name := range list[:min(len(list), maxPacks)] {
		base, ok := strings.CutSuffix(name, ".idx")
		if !ok {
			continue
		}
		path := filepath.Join(dir, base+".pack")
		body, failed := fromPack(filepath.Join(dir, name), path, hash)
		if failed == nil {
			failed = verify(body, hash)
		}
		if failed == nil {
			return body, path, nil
		}
		if !errors.Is(failed, errNotPacked) {
			err = failed
		}
	}
	return nil, "", err
}

func fromPack(indexPath, path, hash string) ([]byte, error) {
	id, err := hex.DecodeString(hash)
	if err != nil {
		return nil, err
	}
	if !files.IsRegular(indexPath) || !files.IsRegular(path) {
		return nil, errNotPacked
	}
	index, err := os.Open(indexPath)
	if err != nil {
		return nil, err
	}
	defer index.Close()
	at, err := find(index, id)
	if err != nil {
		return nil, err
	}
	pack, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer pack.Close()
	return pile{index, pack}.object(at, maxDeltas)
}

// find looks a hash up in an index of the second version: 8 bytes of magic, 256 counts by the first
// byte of the hash, then columns of hashes, checksums, offsets, and of offsets of 64 bits.
func find(index io.ReaderAt, id []byte) (offset int64, err error) {
	const counts, hashes = 8, 8 + 256*4
	var begin [8]byte
	if _, err := index.ReadAt(begin[:], 0); err != nil || string(begin[:]) != "\xfftOc\x00\x00\x00\x02" {
		return 0, errors.New("the pack's index is of a form not known here")
	}
	u32 := func(at int64) int64 {
		var b [4]byte
		if _, failed := index.ReadAt(b[:], at); failed != nil && err == nil {
			err = fmt.Errorf("read the pack's index: %w", failed)
		}
		return int64(binary.BigEndian.Uint32(b[:]))
	}
	low, high, all := int64(0), u32(counts+int64(id[0])*4), u32(counts+255*4)
	if id[0] > 0 {
		low = u32(counts + int64(id[0]-1)*4)
	}
	for low < high && err == nil {
		middle := (low + high) / 2
		var there [20]byte
		if _, err := index.ReadAt(there[:], hashes+middle*20); err != nil {
			return 0, fmt.Errorf("read the pack's index: %w", err)
		}
		switch order := bytes.Compare(id, there[:]); {
		case order < 0:
			high = middle
		case order > 0:
			low = middle + 1
		default:
			offsets := hashes + all*(20+4)
			offset = u32(offsets + middle*4)
			if offset&(1<<31) != 0 { // stands in the column of 64 bits
				wide := offsets + all*4 + (offset&^(1<<31))*8
				offset = u32(wide)<<32 | u32(wide+4)
			}
			return offset, err
		}
	}
	if err == nil {
		err = errNotPacked
	}
	return 0, err
}

// pile is a pack with its index.
type pile struct{ index, pack io.ReaderAt }

// object unpacks the commit at an offset; deltas is how many differences it may be made of.
func (p pile) object(at int64, deltas int) ([]byte, error) {
	if at < 0 || deltas < 0 {
		return nil, errors.New("the pack refers to itself without end")
	}
	r := bufio.NewReader(io.NewSectionReader(p.pack, at, maxObject+64))
	kind, err := entryKind(r)
	if err != nil {
		return nil, err
	}
	base := int64(-1)
	switch kind {
	case wholeCommit:
		return inflate(r)
	case deltaBefore:
		back, err := backwards(r)
		if err != nil {
			return nil, err
		}
		base = at - back
	case deltaTo:
		var id [20]byte
		if _, err := io.ReadFull(r, id[:]); err != nil {
			return nil, err
		}
		if base, err = find(p.index, id[:]); err != nil {
			return nil, err
		}
	default:
		return nil, errors.New("the object in the pack is no commit")
	}
	delta, err := inflate(r)
	if err != nil {
		return nil, err
	}
	from, err := p.object(base, deltas-1)
	if err != nil {
		return nil, err
	}
	return patch(from, delta)
}
