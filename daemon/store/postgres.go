package store

import (
	"context"
	"errors"
)

func (s *Store) openPostgres(ctx context.Context, o Options) error {
	return errors.New("PostgreSQL comes with the next commit")
}
func (s *Store) startListening() {}
