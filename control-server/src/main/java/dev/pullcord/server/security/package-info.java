/**
 * Who may do what: finds who calls, by token, browser session or key, and has the one table of
 * routes with what each asks of its caller.
 */
@NullMarked
package dev.pullcord.server.security;

import org.jspecify.annotations.NullMarked;
