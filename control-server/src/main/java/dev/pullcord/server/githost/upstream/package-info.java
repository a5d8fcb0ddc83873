/**
 * Speaks git with the upstream: looks at its refs, fetches what is new within the limits of a push,
 * and says in plain words what an upstream can do wrong. What becomes of the refs is decided in the
 * room {@code mirror}.
 */
@NullMarked
package dev.pullcord.server.githost.upstream;

import org.jspecify.annotations.NullMarked;
