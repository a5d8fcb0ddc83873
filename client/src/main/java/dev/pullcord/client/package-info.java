/** The people's API of the server, over HTTP with the server's key pinned; answers are values. */
@NullMarked
package dev.pullcord.client;

import org.jspecify.annotations.NullMarked;
