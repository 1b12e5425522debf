package live

import (
	"context"
	"errors"
	"os"
	"sync"
)

// Run is one run against a tenant. An interruption deletes everything it has created so far.
type Run struct {
	// writing is held for reading by every write, so that an interruption can wait for writes in progress.
	writing     sync.RWMutex
	interrupted bool

	mu      sync.Mutex
	tenants []*Tenant
	folders []string
}

// Open returns the tenant in the settings, with a prefix of its own, and registers it to be swept. It sends no request.
func (r *Run) Open(settings Settings) (*Tenant, error) {
	tenant, err := Open(settings)
	if err != nil {
		return nil, err
	}

	tenant.run = r

	r.mu.Lock()
	defer r.mu.Unlock()

	r.tenants = append(r.tenants, tenant)

	return tenant, nil
}

// RemoveFolder registers a folder to be removed by an interruption, such as one that holds a state with secrets.
func (r *Run) RemoveFolder(folder string) {
	r.mu.Lock()
	defer r.mu.Unlock()

	r.folders = append(r.folders, folder)
}

// Write calls write unless the run is interrupted. After an interruption it waits for the context to end, because the
// process is about to exit, and returns the context's error. A nil run cannot be interrupted.
func (r *Run) Write(ctx context.Context, write func() error) error {
	if r == nil {
		return write()
	}

	r.writing.RLock()
	defer r.writing.RUnlock()

	if r.interrupted {
		<-ctx.Done()

		return ctx.Err()
	}

	return write()
}

// Interrupt prevents further writes, waits for those in progress until the context ends, sweeps all tenants and removes
// the folders.
func (r *Run) Interrupt(waiting context.Context) error {
	stopped := make(chan struct{})

	go func() {
		defer close(stopped)

		r.writing.Lock()
		defer r.writing.Unlock()

		r.interrupted = true
	}()

	var problems []error

	select {
	case <-stopped:
	case <-waiting.Done():
		problems = append(problems, errors.New("a write is still in progress, and its user may be left behind: run make sweep-live"))
	}

	r.mu.Lock()
	defer r.mu.Unlock()

	for _, tenant := range r.tenants {
		problems = append(problems, tenant.Sweep(context.WithoutCancel(waiting)))
	}

	for _, folder := range r.folders {
		problems = append(problems, os.RemoveAll(folder))
	}

	return errors.Join(problems...)
}
