package detect

import (
	"fmt"
	"sync"

	"github.com/wanfix/wanfix/detect/comfy"
	"github.com/wanfix/wanfix/detect/modelfile"
)

// also are the kinds among which nodes for a kind look besides: GGUF files have their own.
var also = map[string]string{"diffusion_models": "unet_gguf", "text_encoders": "clip_gguf"}

// ModelsIn reads the headers of the model files of a ComfyUI folder, each of them once.
func ModelsIn(install *comfy.Install) Models {
	return &models{install: install}
}

type models struct {
	install *comfy.Install
	read    sync.Map // path to *answer
}

type answer struct {
	once   sync.Once
	header *modelfile.Header
	err    error
}

// Header implements [Models].
func (m *models) Header(kind, name string) (*modelfile.Header, string, error) {
	path, ok := m.install.Model([]string{kind, also[kind]}, name)
	if !ok {
		return nil, "", fmt.Errorf("there is no %s among the models", name)
	}
	known, _ := m.read.LoadOrStore(path, &answer{})
	a := known.(*answer)
	a.once.Do(func() { a.header, a.err = modelfile.Read(path) })
	return a.header, "header of " + path, a.err
}
