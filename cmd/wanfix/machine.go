package main

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"sync"

	"github.com/wanfix/wanfix/detect"
	"github.com/wanfix/wanfix/detect/comfy"
	"github.com/wanfix/wanfix/detect/gpu"
	"github.com/wanfix/wanfix/detect/software"
)

// finder finds the machine of every file. What flags say holds for all of them; else the
// file's folder tells: by a .wanfix.json, or by the ComfyUI around it. The card is, in
// this order: the one that --gpu names, the one in .wanfix.json, that of the server, or
// this computer's. Of a machine whose card was named nothing else is known but what
// flags say, or the result would depend on where it was made. It is safe for concurrent use.
type finder struct {
	cards   []namedCard    // by --gpu, --gpu-index or --gpu-uuid
	blind   bool           // --no-probe: this computer does not count
	server  *place         // --comfy URL
	install *comfy.Install // --comfy DIR
	models  *comfy.Install // --models DIR
	nodes   detect.Nodes   // --object-info FILE
	assumed map[string]string
	free    int64 // --free
	local   func() gpu.Found
	// ask chooses among different cards, where a guess would not do; nil guesses.
	ask func(gpu.Found) (gpu.GPU, error)

	mu       sync.Mutex
	sets     *ruleSets
	configs  map[string]*config // by folder
	byFolder map[whereabouts][]*place
	bySource map[string]*place
	asked    bool
	decided  *gpu.GPU // what was answered
	doubt    error    // why nothing was
}

// namedCard is a card that somebody named, and where.
type namedCard struct {
	*gpu.GPU
	source    string
	elsewhere bool // it is not one of this computer
}

// newFinder reads what the flags say of the machine.
func (s *subject) newFinder(sets *ruleSets) (*finder, error) {
	f := &finder{blind: s.Blind, sets: sets, configs: map[string]*config{}, byFolder: map[whereabouts][]*place{}, bySource: map[string]*place{}}
	f.local = sync.OnceValue(func() gpu.Found {
		if f.blind {
			return gpu.Found{}
		}
		return gpu.Probe(context.Background())
	})
	var err error
	switch {
	case isServer(s.Comfy):
		f.server, err = askServer(s.Comfy)
	case s.Comfy != "" && s.Models != "":
		err = errors.New("--comfy names a folder with models in it already: --models goes with an address, or alone")
	case s.Comfy != "":
		f.install, err = comfy.Open(s.Comfy)
	}
	if err == nil && s.Models != "" {
		f.models, err = comfy.OpenModels(s.Models)
	}
	if err == nil && s.Nodes != "" {
		f.nodes, err = comfy.OpenObjectInfo(s.Nodes)
	}
	if err != nil {
		return nil, err
	}
	if f.free, err = parseFree(s.Free); err != nil {
		return nil, err
	}
	if f.assumed, err = software.Assume(s.Assume); err != nil {
		return nil, err
	}
	return f, nil
}

// of returns the machines for a file, one a card. Its error is about the file's folder.
func (f *finder) of(name string) ([]*place, error) {
	folder := "."
	if name != standardStream {
		folder = filepath.Dir(name)
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	said, err := f.said(name, folder)
	if err != nil {
		return nil, err
	}
	at := whereabouts{folder, said}
	if have := f.byFolder[at]; have != nil {
		return have, nil
	}
	found, err := f.in(folder, said)
	if err == nil {
		f.byFolder[at] = found
	}
	return found, err
}

// maxCards is how many machines are kept of cards that the lines of a stream name.
const maxCards = 1000

// forLine returns the machine for a line of a stream that names a card, or for one that
// names none.
func (f *finder) forLine(card *namedCard) (*place, error) {
	if card == nil {
		places, err := f.of(standardStream)
		if err != nil {
			return nil, err
		}
		return places[0], nil
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	if len(f.bySource) > maxCards {
		clear(f.bySource)
	}
	said, err := f.said(standardStream, ".")
	if err != nil {
		return nil, err
	}
	here := *f.on(*card, f.install)
	here.said, here.rules = said, f.rulesOf(said)
	return &here, nil
}

// in returns the machines for the files in a folder of which a .wanfix.json says something.
func (f *finder) in(folder string, said *settings) (_ []*place, err error) {
	cards := f.cards
	switch {
	case cards != nil:
	case said != nil && len(said.cards) > 0:
		cards = said.cards
	default:
		cards = []namedCard{{}} // nobody names one
	}
	install := f.install
	switch {
	case install != nil || f.server != nil || f.blind:
	case said != nil && said.comfy != "":
		if install, err = comfy.Open(said.comfy); err != nil {
			return nil, fmt.Errorf("comfy in %s: %w", said.by, err)
		}
	case !cards[0].elsewhere:
		install, _ = comfy.Find(folder, ".")
	}
	places := make([]*place, len(cards))
	for i, card := range cards {
		here := *f.on(card, install)
		here.said, here.among, here.rules = said, len(cards), f.rulesOf(said)
		places[i] = &here
	}
	return places, nil
}

// on returns the machine with a card and an installation.
func (f *finder) on(card namedCard, install *comfy.Install) *place {
	key := card.source
	if install != nil {
		key += "\x00" + install.Root
	}
	if f.bySource[key] == nil {
		f.bySource[key] = f.describe(card.GPU, card.source, install)
	}
	return f.bySource[key]
}
