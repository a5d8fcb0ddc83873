/** One push, from its request to its end: what it may bring, its refs, and how long it stays. */
@NullMarked
package dev.pullcord.server.githost.push;

import org.jspecify.annotations.NullMarked;
