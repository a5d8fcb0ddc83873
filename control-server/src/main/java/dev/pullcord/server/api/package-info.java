/**
 * Routes of both ports: those of the people's API, and those that agents call. Pages, git and the
 * webhook have theirs in rooms of their own.
 */
@NullMarked
package dev.pullcord.server.api;

import org.jspecify.annotations.NullMarked;
