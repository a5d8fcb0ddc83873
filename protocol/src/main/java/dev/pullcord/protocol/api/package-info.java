/** The JSON of the people's API, shared by the server that writes it and the CLI that reads it. */
@NullMarked
package dev.pullcord.protocol.api;

import org.jspecify.annotations.NullMarked;
