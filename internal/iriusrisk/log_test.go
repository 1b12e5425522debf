package iriusrisk

import (
	"bytes"
	"log/slog"
	"strings"
	"sync"
	"testing"
)

// The log describes requests and never contains a token or a password.
func TestLog_showsNoSecret(t *testing.T) {
	t.Parallel()

	var (
		mu  sync.Mutex
		out bytes.Buffer
	)

	secret := "the-secret-Passw0rd"
	logger := slog.New(slog.NewTextHandler(writerFunc(func(line []byte) (int, error) {
		mu.Lock()
		defer mu.Unlock()

		return out.Write(line)
	}), &slog.HandlerOptions{Level: slog.LevelDebug}))

	client := connect(t, serve(t, answers(429, `{"detail":"`+secret+`"}`)).URL, func(config *Config) { config.Logger, config.MaxRetries = logger, 1 })
	err := second(client.CreateUser(t.Context(), CreateUserRequest{Username: "ada", Password: &secret}))
	expectError(t, err, "429")

	for _, hidden := range []string{token, secret} {
		if strings.Contains(out.String()+err.Error(), hidden) {
			t.Errorf("%s or %v contains %q", out.String(), err, hidden)
		}
	}

	for _, shown := range []string{"create_user", "status=429", "rate limited, waiting"} {
		if !strings.Contains(out.String(), shown) {
			t.Errorf("%s does not contain %q", out.String(), shown)
		}
	}
}

type writerFunc func([]byte) (int, error)

func (w writerFunc) Write(line []byte) (int, error) { return w(line) }

func discardLogger() *slog.Logger { return slog.New(slog.DiscardHandler) }
