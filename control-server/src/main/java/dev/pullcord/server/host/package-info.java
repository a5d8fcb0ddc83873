/** The server's clock and its timers; the only room that may ask the host what time it is. */
@NullMarked
package dev.pullcord.server.host;

import org.jspecify.annotations.NullMarked;
