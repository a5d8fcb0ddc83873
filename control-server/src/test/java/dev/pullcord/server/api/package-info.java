@org.jspecify.annotations.NullMarked
package dev.pullcord.server.api;
