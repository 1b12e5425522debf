package provider

import (
	"sync"

	"github.com/iriusrisk/terraform-provider-iriusrisk/internal/directory"
)

// openDirectories are the directories that the provider closes when Terraform stops it.
type openDirectories struct {
	mu     sync.Mutex
	opened []*directory.Directory
}

// add adds a directory.
func (o *openDirectories) add(opened *directory.Directory) {
	o.mu.Lock()
	defer o.mu.Unlock()

	o.opened = append(o.opened, opened)
}

// close closes all directories.
func (o *openDirectories) close() {
	o.mu.Lock()
	defer o.mu.Unlock()

	for _, opened := range o.opened {
		opened.Close()
	}
}
