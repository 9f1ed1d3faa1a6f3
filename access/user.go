package access

import (
	"context"
	"errors"
	"fmt"
)

// AddUser creates a user. The name may be one that was removed before.
func (r *Registry) AddUser(ctx context.Context, actor Identity, name, password string, role Role) error {
	if err := checkNewUser(actor, name, password, role); err != nil {
		return err
	}
	hash, err := r.hash(ctx, password)
	if err != nil {
		return err
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	old, err := r.store.User(ctx, name)
	switch {
	case err == nil && !old.Removed:
		return fmt.Errorf("user %s exists already", name)
	case err != nil && !errors.Is(err, ErrNotFound):
		return fmt.Errorf("access: read user: %w", err)
	}
	user := User{Name: name, Role: role, PasswordHash: hash, CreatedAt: r.instant(), Version: old.Version}
	return r.changeUser(ctx, actor, user, ActionUserAdded)
}

func checkNewUser(actor Identity, name, password string, role Role) error {
	if !actor.Role.Allows(Admin) {
		return ErrForbidden
	}
	if err := CheckName(name); err != nil {
		return err
	}
	if err := checkGiven(role); err != nil {
		return err
	}
	return CheckPassword(name, password)
}

func checkGiven(role Role) error {
	if role == None || role > Admin {
		return errors.New("a role is needed: viewer, change_manager, analyst or admin")
	}
	return nil
}

// SetPassword changes a user's password and ends the user's sessions.
func (r *Registry) SetPassword(ctx context.Context, actor Identity, name, password string) error {
	if err := CheckPassword(name, password); err != nil {
		return err
	}
	if !actor.Role.Allows(Admin) {
		return ErrForbidden
	}
	hash, err := r.hash(ctx, password)
	if err != nil {
		return err
	}
	return r.updateUser(ctx, actor, name, ActionPasswordChanged, func(u *User) { u.PasswordHash = hash })
}

// SetRole changes a user's role and ends the user's sessions.
func (r *Registry) SetRole(ctx context.Context, actor Identity, name string, role Role) error {
	if err := checkGiven(role); err != nil {
		return err
	}
	return r.updateUser(ctx, actor, name, ActionRoleChanged, func(u *User) { u.Role = role })
}

// RemoveUser removes a user and ends the user's sessions. Tokens belong to nobody and stay.
func (r *Registry) RemoveUser(ctx context.Context, actor Identity, name string) error {
	return r.updateUser(ctx, actor, name, ActionUserRemoved, func(u *User) { u.Removed, u.PasswordHash = true, "" })
}

// Users returns the users by name.
func (r *Registry) Users(ctx context.Context) ([]User, error) {
	users, err := r.store.Users(ctx)
	if err != nil {
		return nil, fmt.Errorf("access: read users: %w", err)
	}
	return users, nil
}

// HasUsers reports whether there is any user.
func (r *Registry) HasUsers(ctx context.Context) (bool, error) {
	users, err := r.Users(ctx)
	return len(users) > 0, err
}

// liveUser returns a user who exists now, or ErrNotFound.
func (r *Registry) liveUser(ctx context.Context, name string) (User, error) {
	user, err := r.store.User(ctx, name)
	if err == nil && user.Removed {
		err = ErrNotFound
	}
	return user, err
}

func (r *Registry) updateUser(ctx context.Context, actor Identity, name string, action Action, change func(*User)) error {
	if !actor.Role.Allows(Admin) {
		return ErrForbidden
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	user, err := r.liveUser(ctx, name)
	if errors.Is(err, ErrNotFound) {
		return fmt.Errorf("there is no user %s: %w", quote(name), ErrNotFound)
	}
	if err != nil {
		return fmt.Errorf("access: read user: %w", err)
	}
	change(&user)
	return r.changeUser(ctx, actor, user, action)
}

// changeUser puts a user with a new stamp, which ends the sessions that carry the old one.
func (r *Registry) changeUser(ctx context.Context, actor Identity, user User, action Action) error {
	stamp, err := newStamp(r.rand)
	if err != nil {
		return err
	}
	user.Stamp, user.ChangedAt, user.Version = stamp, r.instant(), r.versionAfter(user.Version)
	if err := r.store.PutUser(ctx, user); err != nil {
		return fmt.Errorf("access: write user: %w", err)
	}
	return r.audit.write(ctx, actor, action, user.Name, OutcomeDone)
}

// hash computes a new password's hash in its turn.
func (r *Registry) hash(ctx context.Context, password string) (string, error) {
	if err := r.takeTurn(ctx); err != nil {
		return "", err
	}
	defer r.endTurn()
	h, err := hashPassword(r.rand, r.cost, password)
	if err != nil {
		return "", err
	}
	return h.String(), nil
}

// takeTurn waits until no more than atOnceHashing hashes are being computed.
func (r *Registry) takeTurn(ctx context.Context) error {
	select {
	case r.hashing <- struct{}{}:
		return nil
	case <-ctx.Done():
		return fmt.Errorf("access: wait for other logins: %w", ctx.Err())
	}
}

func (r *Registry) endTurn() { <-r.hashing }
