package provider

import (
	"sync"

	"github.com/iriusrisk/terraform-provider-iriusrisk/internal/directory"
)

// openDirectory is the directory of the last configuration, nil if that has none. The provider closes it when Terraform
// stops the provider, or configures it again: in debug mode one process serves many commands.
type openDirectory struct {
	mu     sync.Mutex
	opened *directory.Directory
}

// replace closes the previous directory.
func (o *openDirectory) replace(opened *directory.Directory) {
	o.close()

	o.mu.Lock()
	defer o.mu.Unlock()

	o.opened = opened
}

func (o *openDirectory) close() {
	o.mu.Lock()
	defer o.mu.Unlock()

	if o.opened != nil {
		o.opened.Close()
	}

	o.opened = nil
}
