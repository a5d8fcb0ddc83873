/** What {@code server.yaml} and the command line say of a server, and what holds without them. */
@NullMarked
package dev.pullcord.server.config;

import org.jspecify.annotations.NullMarked;
