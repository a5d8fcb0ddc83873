/** What every client of a network needs: sockets that do not wait, and failures in words. */
@NullMarked
package dev.pullcord.base.http;

import org.jspecify.annotations.NullMarked;
