/** A whole server in a test, over fakes that hold state. */
@NullMarked
package dev.pullcord.server;

import org.jspecify.annotations.NullMarked;
