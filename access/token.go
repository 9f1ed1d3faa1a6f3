package access

import (
	"context"
	"errors"
	"fmt"
	"time"
)

var errNoToken = errors.New("no such token")

// CreateToken creates a bearer token with a role. The name may be empty, and a zero expires means never. The secret
// is returned this once and cannot be shown again.
func (r *Registry) CreateToken(ctx context.Context, actor Identity, name string, role Role, expires time.Time) (secret string, token Token, err error) {
	if err := r.checkNewToken(actor, name, role, expires); err != nil {
		return "", Token{}, err
	}
	random, err := newSecret(r.rand)
	if err != nil {
		return "", Token{}, err
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	if name != "" {
		if _, err := r.findToken(ctx, name); !errors.Is(err, ErrNotFound) {
			return "", Token{}, errors.Join(fmt.Errorf("token %s exists already", name), err)
		}
	}
	secret = tokenPrefix + random
	hash := HashSecret(secret)
	token = Token{
		Hash: hash, ID: string(hash[:12]), Name: name, Role: role, CreatedBy: actor.Name,
		CreatedAt: r.instant(), ExpiresAt: expires.UTC().Truncate(time.Millisecond), Version: 1,
	}
	if err := r.audit.write(ctx, actor, ActionTokenCreated, token.label(), OutcomeDone); err != nil {
		return "", Token{}, err
	}
	if err := r.store.PutToken(ctx, token); err != nil {
		return "", Token{}, fmt.Errorf("access: write token: %w", err)
	}
	return secret, token, nil
}

func (r *Registry) checkNewToken(actor Identity, name string, role Role, expires time.Time) error {
	if !actor.Role.Allows(Admin) {
		return ErrForbidden
	}
	if name != "" {
		if err := CheckName(name); err != nil {
			return err
		}
	}
	if !expires.IsZero() && !expires.After(r.now()) {
		return errors.New("the token would have expired already: take a later time")
	}
	return checkGiven(role)
}

// RemoveToken removes the token with this id or name.
func (r *Registry) RemoveToken(ctx context.Context, actor Identity, idOrName string) error {
	if !actor.Role.Allows(Admin) {
		return ErrForbidden
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	token, err := r.findToken(ctx, idOrName)
	if err != nil {
		return err
	}
	token.Removed, token.Version = true, lastVersion
	if err := r.store.PutToken(ctx, token); err != nil {
		return fmt.Errorf("access: write token: %w", err)
	}
	return r.audit.write(ctx, actor, ActionTokenRemoved, token.label(), OutcomeDone)
}

// Tokens returns the tokens by creation, expired ones included.
func (r *Registry) Tokens(ctx context.Context) ([]Token, error) {
	tokens, err := r.store.Tokens(ctx)
	if err != nil {
		return nil, fmt.Errorf("access: read tokens: %w", err)
	}
	return tokens, nil
}

func (r *Registry) findToken(ctx context.Context, idOrName string) (Token, error) {
	tokens, err := r.Tokens(ctx)
	if err != nil {
		return Token{}, err
	}
	for _, token := range tokens {
		if idOrName != "" && (token.ID == idOrName || token.Name == idOrName) {
			return token, nil
		}
	}
	return Token{}, fmt.Errorf("there is no token %s: %w", quote(idOrName), ErrNotFound)
}

// bearer returns the identity of a token that is alive, or errNoToken. It is found by its hash, so that comparing
// takes no time that depends on the secret.
func (r *Registry) bearer(ctx context.Context, secret string) (Identity, error) {
	if !isToken(secret) {
		return Identity{}, errNoToken
	}
	token, err := r.store.TokenByHash(ctx, HashSecret(secret))
	switch {
	case errors.Is(err, ErrNotFound):
		return Identity{}, errNoToken
	case err != nil:
		return Identity{}, fmt.Errorf("access: read token: %w", err)
	case token.Removed || !token.ExpiresAt.IsZero() && !r.now().Before(token.ExpiresAt):
		return Identity{}, errNoToken
	}
	return Identity{Name: token.label(), Role: token.Role, Kind: KindToken}, nil
}

func (t Token) label() string {
	if t.Name != "" {
		return t.Name
	}
	return t.ID
}
