package main

import (
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"

	"github.com/wanfix/wanfix/detect"
	"github.com/wanfix/wanfix/detect/comfy"
	"github.com/wanfix/wanfix/detect/gpu"
	"github.com/wanfix/wanfix/detect/software"
	"github.com/wanfix/wanfix/rules"
)

// place is the machine that a file will run on, and what is to be told of how it was
// found.
type place struct {
	*detect.Machine
	notes []string
	said  *settings // by a .wanfix.json, nil where there is none
	rules *rules.Set
	among int // how many cards a file is for
	// open says that this computer has different cards, and nobody said which one is meant.
	open bool
}

// told are the notes, with what went wrong since.
func (p *place) told() []string {
	if p.Nodes == nil || p.Nodes.Trouble() == "" {
		return p.notes
	}
	return append(slices.Clone(p.notes), p.Nodes.Trouble())
}

// describe puts together what is known of a machine.
func (f *finder) describe(card *gpu.GPU, source string, install *comfy.Install) *place {
	p := &place{Machine: &detect.Machine{}}
	if f.server != nil {
		*p.Machine, p.notes = *f.server.Machine, f.server.notes
		p.Software = maps.Clone(p.Software)
	}
	switch {
	case card != nil:
		p.GPU, p.Source, p.notes = card, source, nil
	case f.server == nil:
		f.thisComputer(p, install)
	}
	if p.Software == nil {
		p.Software = software.Versions{}
	}
	if install != nil {
		p.Models = detect.ModelsIn(install)
		maps.Copy(p.Software, software.Read(install))
		p.notes = append(p.notes, install.Notes...)
	}
	p.Free = f.free
	if f.models != nil {
		p.Models = detect.ModelsIn(f.models)
	}
	if f.nodes != nil {
		p.Nodes = f.nodes
	}
	p.notes = append(p.notes, p.Software.Assume(f.assumed)...)
	return p
}

// thisComputer takes the card of this computer that ComfyUI will run on.
func (f *finder) thisComputer(p *place, install *comfy.Install) {
	found := f.local()
	p.Source = found.Source
	choice, doubt := pick(found, install)
	if p.open = choice.Open; p.open && f.decided != nil {
		choice, p.open = gpu.Choice{GPU: *f.decided, Known: true}, false
	}
	if choice.Known {
		p.GPU = &choice.GPU
	}
	for _, note := range []string{choice.Note, doubt} {
		if note != "" {
			p.notes = append(p.notes, note)
		}
	}
	if len(found.GPUs) > 0 {
		if !choice.Known {
			p.notes = append(p.notes, whichCard(found))
		}
		for _, attempt := range found.Tried {
			p.notes = append(p.notes, attempt.Source+": "+attempt.Outcome)
		}
	}
}

// pick chooses the card that ComfyUI is started on, or that it would take by itself.
// The doubt tells why its launch scripts do not say which.
func pick(found gpu.Found, install *comfy.Install) (choice gpu.Choice, doubt string) {
	if install == nil || len(found.GPUs) == 1 {
		return found.Pick(os.LookupEnv), ""
	}
	launch := install.Launch()
	if launch.CUDADevice == "" || launch.CUDADevice == "all" {
		choice = found.Pick(os.LookupEnv)
		choice.Open = choice.Open || launch.Why != "" && found.Differ()
		return choice, launch.Why
	}
	said := fmt.Sprintf("%s %s in %s", launch.Setting, launch.CUDADevice, short(launch.Source))
	return found.PickDevice(launch.CUDADevice, said, os.LookupEnv), ""
}

// short is a path as people see it from where they are.
func short(path string) string {
	here, err := os.Getwd()
	if err != nil {
		return path
	}
	near, err := filepath.Rel(here, path)
	if err != nil || len(near) > len(path) {
		return path
	}
	return near
}
