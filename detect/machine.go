// Package detect holds what is known about the machine a workflow will run on: a [Machine].
//
// Its folders find that out: gpu the card, where a card is a line in gpus.json; comfy the ComfyUI
// folder or server; software what is installed there; modelfile what the headers of model files say,
// where a family of models is a line in families.go.
package detect

import (
	"github.com/wanfix/wanfix/detect/gpu"
	"github.com/wanfix/wanfix/detect/modelfile"
	"github.com/wanfix/wanfix/detect/software"
)

// Machine is the computer a workflow is tuned for. Everything in it comes from one place: when a
// person names a card with --gpu, the memory and software of the computer at hand are left unknown,
// or the result would depend on where it was made.
type Machine struct {
	// GPU is the card that will run the workflow; nil is unknown.
	GPU *gpu.GPU
	// Free is how much of the card's memory nobody uses, in bytes, as a person states it; 0 is
	// unknown.
	Free int64
	// RAM is the main memory in bytes; 0 is unknown.
	RAM int64
	// Software are the versions of what is installed, and the system it runs on.
	Software software.Versions
	// Source says in a few words who told the card: "--gpu 3090", "NVML", "nvidia-smi".
	Source string
	// Models reads the headers of model files; nil where nobody knows where they are.
	Models Models
	// Nodes tells which node classes there are; nil where nobody knows.
	Nodes Nodes
}

// Models reads the headers of the model files that workflows name.
type Models interface {
	// Header returns the header of a file of a kind, "diffusion_models" or "loras", by the name
	// that a workflow has for it, and says where it was read. The error is a reason for people:
	// the file is not there, or cannot be read.
	Header(kind, name string) (header *modelfile.Header, source string, err error)
}
