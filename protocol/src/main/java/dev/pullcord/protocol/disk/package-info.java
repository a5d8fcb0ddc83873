/** What agent and server ask of their own directories on disk before they trust them. */
@NullMarked
package dev.pullcord.protocol.disk;

import org.jspecify.annotations.NullMarked;
