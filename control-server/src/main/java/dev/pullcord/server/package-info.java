/** The control server's programs and the one place where its rooms are put together. */
@NullMarked
package dev.pullcord.server;

import org.jspecify.annotations.NullMarked;
