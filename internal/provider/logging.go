package provider

import (
	"context"
	"log/slog"

	"github.com/hashicorp/terraform-plugin-log/tflog"
)

// newLogger returns a logger that writes to Terraform's log.
func newLogger() *slog.Logger {
	return slog.New(terraformLogHandler{})
}

// terraformLogHandler passes slog records to tflog, so that the client does not depend on Terraform.
type terraformLogHandler struct{ attributes []slog.Attr }

// Enabled is always true, because tflog filters by level.
func (terraformLogHandler) Enabled(context.Context, slog.Level) bool { return true }

// Handle writes a record at the nearest level of tflog.
func (h terraformLogHandler) Handle(ctx context.Context, record slog.Record) error {
	fields := make(map[string]any, record.NumAttrs()+len(h.attributes))
	for _, attribute := range h.attributes {
		fields[attribute.Key] = attribute.Value.Any()
	}

	record.Attrs(func(attribute slog.Attr) bool {
		fields[attribute.Key] = attribute.Value.Any()

		return true
	})

	switch {
	case record.Level >= slog.LevelError:
		tflog.Error(ctx, record.Message, fields)
	case record.Level >= slog.LevelWarn:
		tflog.Warn(ctx, record.Message, fields)
	case record.Level >= slog.LevelInfo:
		tflog.Info(ctx, record.Message, fields)
	default:
		tflog.Debug(ctx, record.Message, fields)
	}

	return nil
}

// WithAttrs returns a handler that adds the attributes to every record.
func (h terraformLogHandler) WithAttrs(attributes []slog.Attr) slog.Handler {
	return terraformLogHandler{attributes: append(append([]slog.Attr{}, h.attributes...), attributes...)}
}

// WithGroup returns the handler itself, because the attributes of the client are flat.
func (h terraformLogHandler) WithGroup(string) slog.Handler { return h }
