/**
 * What people ask of nodes and rollouts: pins, orders to workers, branches, labels, suspensions,
 * invitations. Each order is checked here, stored with its audit record, and followed by new
 * decisions.
 */
@NullMarked
package dev.pullcord.server.operations;

import org.jspecify.annotations.NullMarked;
