/** The four kinds of error, their exit codes, and the problem document of the API. */
@NullMarked
package dev.pullcord.protocol.error;

import org.jspecify.annotations.NullMarked;
