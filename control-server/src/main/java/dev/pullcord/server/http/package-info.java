/** The two ports: who may connect how, and what every answer carries, whatever serves it. */
@NullMarked
package dev.pullcord.server.http;

import org.jspecify.annotations.NullMarked;
